"""The published description: everything in it is true of the running API, by its own examples and by schemathesis."""

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from library_maker import ENCODER
import pytest
from search_api.core.fields import FIELDS

API = "/api/v1"
