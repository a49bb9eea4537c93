"""Names that vulture cannot see in use: arguments that Qt or a protocol hands over."""

index = parent = None
index  # noqa: B018 - naming it is the use
parent  # noqa: B018 - as above
