"""Only the words of a choice: no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mailing', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('comment', 'Comments on your summaries'), ('reply', 'Answers to your comments'), ('mention', 'Mentions of you'), ('suggestion', 'Edits suggested to you, and what became of yours'), ('wish', 'A paper that you asked for has its first summary'), ('followed', 'New summaries and questions on what you follow'), ('correction', 'What became of your corrections'), ('moderation', 'What moderators did with your texts'), ('letter', 'The weekly letter')], max_length=10),
        ),
    ]
