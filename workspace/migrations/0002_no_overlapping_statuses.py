"""On PostgreSQL no two status intervals of one user may overlap. SQLite has no such constraint;
there the one open interval per user and the service's lock must do."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ADD = """
ALTER TABLE workspace_statusinterval ADD CONSTRAINT no_overlapping_statuses
EXCLUDE USING gist (
    int8range(user_id, user_id, '[]') WITH &&,
    tstzrange(started_at, ended_at) WITH &&
)
"""
DROP = "ALTER TABLE workspace_statusinterval DROP CONSTRAINT no_overlapping_statuses"


def _on_postgresql(statement: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(statement)


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _on_postgresql(ADD, schema_editor)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _on_postgresql(DROP, schema_editor)


class Migration(migrations.Migration):
    dependencies = (("workspace", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
