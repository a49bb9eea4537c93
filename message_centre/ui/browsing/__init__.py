"""Taking files for one patient from any folder: the dialog, its grid, drag and drop."""
