from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # CONCURRENTLY cannot run inside a transaction.
    atomic = False

    dependencies = [("books", "0002_book")]

    operations = [
        AddIndexConcurrently("book", models.Index(fields=["title"], name="idx_books_title")),
    ]
