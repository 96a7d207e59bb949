#!/usr/bin/env python3
"""Django's command line for the Lerarenregister."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
    from django.core.management import execute_from_command_line

    from lerarenregister.kernel.loglines import take_over

    take_over()
    execute_from_command_line(sys.argv)
