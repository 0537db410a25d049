# Image of the hub for production. It contains no database: set DATABASE_URL to a PostgreSQL server.

FROM node:24.22.3-bookworm-slim AS build
WORKDIR /app
COPY . .
# Installs the packages of the lock file without running install scripts, then compiles.
RUN --mount=type=cache,target=/root/.npm npm run build
# Keeps only the packages that the hub imports in production: no compilers, no test tools, no embedded PostgreSQL.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.22.3-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# Limits the heap of Node.js to one gibibyte (decision 0035).
ENV NODE_OPTIONS=--max-old-space-size=1024
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/plugins ./plugins
COPY --from=build /app/apps ./apps
# The files belong to root, and the process runs as the user node, so the process cannot change its own code.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/hub/dist/main.js"]
