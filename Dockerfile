# syntax=docker/dockerfile:1
#
# Two images from one build:
#   docker build --target full -t millrace .        everything, models included
#   docker build --target api  -t millrace-api .    the role http: no ONNX Runtime, no tokenizer, no model

FROM node:22.21-bookworm-slim AS web
WORKDIR /src/webroot
COPY webroot/package.json webroot/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY src/main/resources/openapi.yaml /src/src/main/resources/openapi.yaml
COPY webroot/ ./
RUN MILLRACE_WEBROOT=/out/webroot npm run build

FROM maven:3.9-eclipse-temurin-25 AS jar
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends zip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pom.xml handlers.yaml LICENSE NOTICE ./
COPY .mvn/ .mvn/
COPY config/ config/
COPY docs/ docs/
COPY src/ src/
COPY --from=web /out/webroot target/classes/webroot
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Dskip.web=true -Dmaven.test.skip=true package
# What only workers need.
RUN cp target/millrace.jar target/millrace-api.jar \
    && zip -q -d target/millrace-api.jar \
        'ai/onnxruntime/*' 'ai/djl/*' 'native/lib/*' 'bge-small-*' \
        'redis-server-*' 'postgres-*.txz'

FROM eclipse-temurin:25-jre AS base
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin millrace \
    && mkdir -p /app /data/artifacts \
    && chown -R millrace /data
WORKDIR /app
# Inside a container every address is the container's own; publish ports with care.
ENV MILLRACE_DATA=/data \
    MILLRACE_HTTP_HOST=0.0.0.0 \
    MILLRACE_JAVA_OPTIONS=""
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
USER millrace
# The management server answers on the container's loopback; bash needs no further program to ask.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["bash", "-c", "exec java --add-modules jdk.incubator.vector --sun-misc-unsafe-memory-access=allow -XX:+UseCompactObjectHeaders $MILLRACE_JAVA_OPTIONS -jar /app/millrace.jar \"$@\"", "millrace"]

FROM base AS api
ENV MILLRACE_ROLES=http \
    MILLRACE_JAVA_OPTIONS="-XX:+UseSerialGC -Xms32m"
COPY --from=jar /src/target/millrace-api.jar /app/millrace.jar

FROM base AS full
COPY --from=jar /src/target/millrace.jar /app/millrace.jar
