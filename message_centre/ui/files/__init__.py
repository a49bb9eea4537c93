"""The Ext list: rows, model, view and the controller that fills it."""
