<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="__label__">
  <rect width="64" height="64" rx="14" fill="#4a5568"/>
  <text x="32" y="43" font-family="sans-serif" font-size="32" font-weight="700" text-anchor="middle" fill="#fff">__initial__</text>
</svg>
