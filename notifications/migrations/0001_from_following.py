"""The models come from `following`, with their tables: only the state of migrations changes."""

import django.db.models.deletion
import notifications.models
from django.conf import settings
from django.db import migrations, models
from common.db.moved_models import carry_content_types


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("following", "0003_questions_are_told"),
        ("contenttypes", "0002_remove_content_type_name"),
        ('papers', '0013_correction_entry'),
        ('summaries', '0012_image_claimed_until'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('comment', 'Comments on your summaries'), ('reply', 'Answers to your comments'), ('mention', 'Mentions of you'), ('suggestion', 'Edits suggested to you, and what became of yours'), ('wish', 'A paper that you asked for has its first summary'), ('followed', 'New summaries and questions on what you follow'), ('correction', 'What became of your corrections'), ('moderation', 'What moderators did with your texts')], max_length=10)),
                        ('event', models.CharField(max_length=80)),
                        ('words', models.CharField(blank=True, help_text='What is to be said beyond the kind: a reason.', max_length=500)),
                        ('rests_on_name', models.BooleanField(default=False, help_text='Told for nothing but the name under the summary: once that is gone, so is this.')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('read_at', models.DateTimeField(blank=True, null=True)),
                        ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='summaries.comment')),
                        ('correction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='papers.correction')),
                        ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='papers.paper')),
                        ('suggestion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='summaries.suggestion')),
                        ('summary', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='summaries.summary')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'following_notification',
                        'ordering': ['-created_at', '-id'],
                        'indexes': [models.Index(fields=['user', '-created_at', '-id'], name='notification_recent'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='notification_unread')],
                        'constraints': [models.UniqueConstraint(fields=('user', 'event'), name='notification_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SecretFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('notifications', 'Notifications'), ('following', 'What you follow')], max_length=13)),
                        ('secret', models.CharField(default=notifications.models.new_secret, editable=False, max_length=22, unique=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secret_feeds', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'following_secretfeed',
                        'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='secretfeed_one_of_a_kind')],
                    },
                ),
            ],
        ),
        carry_content_types(old_app="following", new_app="notifications", models=['notification', 'secretfeed']),
    ]
