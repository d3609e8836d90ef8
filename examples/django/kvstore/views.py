"""`GET /entries/<key>` and `PUT /entries/<key>` with any JSON document as body."""

import json

from django.db import DataError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_http_methods

from .models import Entry


@require_http_methods(["GET", "PUT"])
def entry(request: HttpRequest, key: str) -> JsonResponse:
    try:
        return put(key, json.loads(request.body)) if request.method == "PUT" else get(key)
    except (ValueError, DataError) as error:
        return JsonResponse({"error": str(error).partition("\n")[0]}, status=400)


def get(key: str) -> JsonResponse:
    found = Entry.objects.filter(key=key).first()
    if found is None:
        return JsonResponse({"error": f"there is no entry {key}"}, status=404)
    return JsonResponse({"key": found.key, "value": found.value, "created": found.created})


def put(key: str, value: object) -> JsonResponse:
    # One transaction, committed when this returns: a client that reads 200 or 201 has its value on disk.
    _, created = Entry.objects.update_or_create(key=key, defaults={"value": value})
    return JsonResponse({"key": key, "value": value}, status=201 if created else 200)
