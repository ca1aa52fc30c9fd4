"""What `make run` starts. Nothing else imports it."""
