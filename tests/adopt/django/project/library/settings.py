"""Settings of the project; the database comes from the environment (PGHOST and its kin)."""
import os

SECRET_KEY = "only for this fixture"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "books"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "library"),
        "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""),
        "USER": os.environ.get("PGUSER", ""),
    }
}
