"""The practice's own waiting folders: what lies in them belongs to no patient yet."""

UNALLOCATED_IMAGES = "system.unallocated.images"
UNALLOCATED_DOCUMENTS = "system.unallocated.documents"

#: Key, kind, scope, line and default, as `settings.Setting` takes them.
ROWS = (
    (
        UNALLOCATED_IMAGES,
        "folder",
        "practice",
        "A folder of images that wait for a patient; every operator's list shows it.",
        "",
    ),
    (
        UNALLOCATED_DOCUMENTS,
        "folder",
        "practice",
        "A folder of other documents that wait for a patient; every operator's list shows it.",
        "",
    ),
)
