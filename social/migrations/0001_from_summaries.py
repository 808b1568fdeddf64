"""The models come from `summaries`, with their tables: only the state of migrations changes."""

import common.db.encrypted_field
import django.db.models.deletion
from django.db import migrations, models
from common.db.moved_models import carry_content_types


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("summaries", "0012_image_claimed_until"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Channel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(help_text='As moderators call it.', max_length=80, unique=True)),
                        ('kind', models.CharField(max_length=20)),
                        ('address', models.URLField(blank=True, help_text='Of the service: https://mastodon.example. Empty: the usual one.', max_length=500)),
                        ('credentials', common.db.encrypted_field.EncryptedJSONField(blank=True, default=dict, editable=False)),
                        ('template', models.TextField(default='{title}\n\n{sentence}\n\nSummary by {author}: {link}', help_text='{title} {sentence} {author} {venue} {year} {link}. The sentence is shortened to what the service allows, the link never is.')),
                        ('delay_minutes', models.PositiveSmallIntegerField(default=15, help_text='So long an author may correct before it is told.')),
                        ('is_active', models.BooleanField(default=True, help_text='New summaries are told here.')),
                        ('is_paused', models.BooleanField(default=False, help_text='What waits goes on waiting.')),
                        ('problem', models.CharField(blank=True, editable=False, max_length=300)),
                    ],
                    options={
                        'db_table': 'summaries_channel',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Announcement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('next_try_at', models.DateTimeField()),
                        ('claim', models.CharField(blank=True, editable=False, max_length=32)),
                        ('claimed_until', models.DateTimeField(blank=True, null=True)),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('posted', 'Posted'), ('uncertain', 'Uncertain: it may have been posted'), ('failed', 'Failed'), ('skipped', 'Not posted'), ('removed', 'Removed')], default='waiting', max_length=10)),
                        ('deed', models.CharField(blank=True, choices=[('post', 'Post'), ('edit', 'Edit'), ('delete', 'Delete')], default='post', help_text='To be done.', max_length=6)),
                        ('idempotency_key', models.CharField(editable=False, max_length=64)),
                        ('first_sent_at', models.DateTimeField(blank=True, null=True)),
                        ('posted_at', models.DateTimeField(blank=True, null=True)),
                        ('remote_id', models.CharField(blank=True, max_length=300)),
                        ('remote_url', models.URLField(blank=True, max_length=500)),
                        ('posted_text', models.TextField(blank=True)),
                        ('answer', models.CharField(blank=True, help_text='What the service said last.', max_length=300)),
                        ('summary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='summaries.summary')),
                        ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='social.channel')),
                    ],
                    options={
                        'db_table': 'summaries_announcement',
                        'ordering': ['-next_try_at', '-id'],
                        'indexes': [models.Index(fields=['deed', 'next_try_at'], name='announcement_due')],
                        'constraints': [models.UniqueConstraint(fields=('summary', 'channel'), name='announcement_once_per_channel')],
                    },
                ),
            ],
        ),
        carry_content_types(old_app="summaries", new_app="social", models=['channel', 'announcement']),
    ]
