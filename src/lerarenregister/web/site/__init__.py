"""The pages that belong to no domain: first page, help, privacy, accessibility, about, language."""
