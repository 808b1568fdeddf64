from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("papers", "0005_importrun_is_held"),
    ]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="title_key",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                editable=False,
                help_text="Hash of title and first author; equal in papers that may be one work.",
                max_length=32,
            ),
        ),
    ]
