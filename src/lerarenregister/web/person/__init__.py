"""The pages of her rights: see all that is held of her, correct, object, take along, close the account."""
