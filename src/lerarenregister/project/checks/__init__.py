"""What `manage.py check --deploy` looks at: settings that are well-formed and yet wrong for real people.

Nothing here runs at an ordinary start: some of it asks the database and the mail server. No message repeats a secret.
"""

from django.core.checks import Tags, register

from lerarenregister.project.checks import databases, files, keys, mail, places

ALL = (
    keys.check_keys,
    keys.check_way_to_vault,
    places.check_addresses,
    places.check_examples,
    places.check_organisation,
    places.check_demo,
    places.check_providers,
    places.check_queue,
    mail.check_mail_server,
    files.check_rights,
    files.check_static_files,
    databases.check_database,
)


def register_all() -> None:
    """Called once when Django is ready."""
    for each in ALL:
        register(each, Tags.security, deploy=True)
