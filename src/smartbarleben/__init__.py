"""SmartBarleben: one house for a small municipality."""
