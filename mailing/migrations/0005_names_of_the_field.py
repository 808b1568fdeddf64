"""Models have other names; their tables, indexes and constraints stay as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.db.moved_models import rename_models


class Migration(migrations.Migration):
    dependencies = [
        ("summaries", "0015_requests_and_rankings"),
        ("notifications", "0002_plain_english"),
        ("mailing", "0004_plain_english"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *rename_models(
            "mailing",
            {
                "MailChoice": ("EmailPreference", "mailing_mailchoice"),
                "Letter": ("Newsletter", "mailing_letter"),
                "Pick": ("NewsletterItem", "mailing_pick"),
                "Mail": ("OutgoingEmail", "mailing_mail"),
                "Enclosure": ("OutgoingEmailItem", "mailing_enclosure"),
                "MailStop": ("Suppression", "mailing_mailstop"),
            },
        ),
        migrations.AlterField(
            model_name='emailpreference',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='email_preferences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='newsletteritem',
            name='letter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='mailing.newsletter'),
        ),
        migrations.AlterField(
            model_name='newsletteritem',
            name='summary',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='newsletter_items', to='summaries.summary'),
        ),
        migrations.AlterField(
            model_name='outgoingemailitem',
            name='mail',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='mailing.outgoingemail'),
        ),
        migrations.AlterField(
            model_name='outgoingemailitem',
            name='notification',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='email_item', to='notifications.notification'),
        ),
    ]
