FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --create-home --uid 1000 site && mkdir -p /data/media /data/beat && chown -R site /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER site
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "shortscience.wsgi", "--bind", "0.0.0.0:8000"]
