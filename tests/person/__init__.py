"""What a person does with her rights, and how she is told."""
