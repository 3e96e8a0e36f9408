"""Reports: stored results as a page to read, to print and to cite; the model is never run.

==================== =============================================================================
`building`           `write_report`: from a results folder to the folder of its report
`material`, `origin` what is read from the results, and what made them
`ensemble_report`,   what a report says: the sections of an ensemble's and of a sweep's
`sweep_report`
`common`, `inputs`,  sections that both have: definitions, limits, methods; the scenario in words;
`precision`          how precise the numbers are
`plates`,            the figures, one entry each
`ensemble_plates`,
`sweep_plates`
`records`, `numbers` tables and scripts that come with a report; the numbers that may be quoted
`content`            what a report consists of: sections, paragraphs, tables, figures
`html`, `markdown`,  the same content in three formats; `embedding` puts figures into a page
`latex`
`wording`, `tables`, numbers in words, long tables cut, works that are cited
`citations`
==================== =============================================================================
"""

from __future__ import annotations

from sim.publication.building import FORMATS, Written, write_report

__all__ = ["FORMATS", "Written", "write_report"]
