# The finproc image: one for web, workers, beat and Flower. Base images are settings, so that a mirror can be named.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
RUN python3 -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM ${PYTHON_IMAGE}
# What is started here: celery, gunicorn and python of the virtual environment, and finproc from /app.
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 FINPROC_VAR=/var/lib/finproc
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent finproc \
    && install -d -o finproc -g finproc -m 700 /var/lib/finproc
COPY --from=build /opt/venv /opt/venv
COPY deploy/image/ /usr/local/bin/
WORKDIR /app
COPY celeryconfig.py flowerconfig.py gunicorn.conf.py ./
COPY finproc finproc
USER finproc
EXPOSE 8000 5555
VOLUME /var/lib/finproc
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=5 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["with-secrets"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "finproc.web:create_app()"]
