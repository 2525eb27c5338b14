from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("books", "0003_index_book_titles")]

    operations = [
        migrations.RunSQL(
            """
            CREATE VIEW book_list AS
            SELECT b.id, b.title, a.name AS author
            FROM books b
            JOIN authors a ON a.id = b.author_id;
            """,
            "DROP VIEW book_list;",
        ),
    ]
