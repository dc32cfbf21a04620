"""A visual lab for recurrent networks: the headless package behind the app."""
