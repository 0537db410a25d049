# The hub for production: it expects PostgreSQL (DATABASE_URL) and brings no database of its own.

FROM node:24.22.3-bookworm-slim AS build
WORKDIR /app
COPY . .
# Installs what the lock file names, without running any package's scripts, and compiles.
RUN --mount=type=cache,target=/root/.npm npm run build
# What stays is what production imports: no compilers, no tests, no embedded PostgreSQL or Redis.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.22.3-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# Decision 0035.
ENV NODE_OPTIONS=--max-old-space-size=1024
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/plugins ./plugins
COPY --from=build /app/apps ./apps
# Owned by root, run by node: the process cannot change its own code.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/hub/dist/main.js"]
