# Image of the hub for production. It contains no database and no brand: set DATABASE_URL to a PostgreSQL server, and mount
# brand files at /app/config/brands or apply them through the API.
#
# To pin the base image by its digest: docker build --build-arg NODE_IMAGE=node@sha256:… .
ARG NODE_IMAGE=node:24.22.3-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY . .
# Installs the packages of the lock file without running install scripts, then compiles.
RUN --mount=type=cache,target=/root/.npm npm run build
# Keeps only the packages that the hub imports in production: no compilers, no test tools, no embedded PostgreSQL.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# Limits the heap of Node.js to one gibibyte (decision 0035).
ENV NODE_OPTIONS=--max-old-space-size=1024
WORKDIR /app
RUN mkdir config
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/plugins ./plugins
COPY --from=build /app/apps ./apps
# The files belong to root, and the process runs as the user node, so the process cannot change its own code. Kubernetes
# needs the number to see that the user is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/hub/dist/main.js"]
