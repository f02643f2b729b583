# The first stage installs the dependencies and builds the database; the second one serves it.
# --build-arg BASE=python:3.11-slim@sha256:... holds the base to one digest; the tag follows its security updates.
ARG BASE=python:3.11-slim
FROM ${BASE} AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/python -m pip install --no-cache-dir --quiet --require-hashes -r requirements.lock
COPY loader loader
COPY mappings mappings
COPY examples/evidence examples/evidence
COPY examples/programs examples/programs
COPY examples/pictures.json examples/pictures.json
RUN /venv/bin/python -m loader build --output /data/twintensor.sqlite

FROM ${BASE}
ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=1
ENV TWINTENSOR_DATABASE=/data/twintensor.sqlite
ENV TWINTENSOR_HOST=0.0.0.0
ENV TWINTENSOR_PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /data /data
COPY LICENSE LICENSE-DATA ./
COPY loader loader
COPY api api
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s CMD ["/venv/bin/python", "-m", "api", "health"]
CMD ["/venv/bin/python", "-m", "api"]
