from django.urls import path

from kvstore import views

urlpatterns = [path("entries/<str:key>", views.entry)]
