"""The daily work itself: when each part of it last went well, so that somebody notices when it does not."""
