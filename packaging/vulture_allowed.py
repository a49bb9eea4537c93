"""Names that vulture cannot see in use: what Qt or a protocol hands over, types named in text alone."""

index = parent = BlobProperties = None
index  # noqa: B018 - naming it is the use
parent  # noqa: B018 - as above
BlobProperties  # noqa: B018 - as above
