"""A flask-smorest blueprint whose request numbers are exact: webargs itself would read them as floats."""

from __future__ import annotations

from typing import Any

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from finproc.schemas import exact_json


class ExactParser(FlaskParser):
    """Reads JSON with decimals. Raises BadRequest or UnsupportedMediaType."""

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - webargs' signature
        if not req.is_json:
            raise UnsupportedMediaType("Send application/json.")
        try:
            return exact_json.loads(req.get_data().decode())
        except UnicodeDecodeError:
            raise BadRequest("The body is not valid UTF-8.") from None
        except exact_json.NotJSON as error:
            raise BadRequest(f"The body is not valid JSON: {error}") from None


class ExactBlueprint(Blueprint):
    """Reads its arguments exactly."""

    ARGUMENTS_PARSER = ExactParser()
