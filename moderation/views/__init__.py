"""What readers and members see of moderation."""
