FROM python:3.13-slim AS builder

WORKDIR /build
COPY requirements.lock /build/
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r /build/requirements.lock
COPY monitor /app/monitor
COPY statuspage /app/statuspage
RUN /venv/bin/python -m compileall -q /app

FROM python:3.13-slim

RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin janji \
    && install -d -o 10001 -g 10001 /data /config
COPY --from=builder /venv /venv
COPY --from=builder /app /app

# The working directory is the volume, so that a relative database path lands on it; the code is found
# through PYTHONPATH and never in the volume.
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    JANJI_CONFIG=/config/janji.yaml
WORKDIR /data
VOLUME /data
USER 10001:10001

# Settings in a container say `server.listen: 0.0.0.0:8000`.
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "monitor"]
CMD ["up"]
