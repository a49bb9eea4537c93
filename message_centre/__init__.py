"""The Message Centre: files photos, videos and documents to the right patient, once, and loses none.

Files wait in watched folders; a person assigns them to a patient; each is moved, verified and recorded.
"""

__version__ = "0.1.0"
