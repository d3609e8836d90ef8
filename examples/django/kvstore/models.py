from django.db import models


class Entry(models.Model):
    key = models.CharField(max_length=200, primary_key=True)
    value = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return self.key
