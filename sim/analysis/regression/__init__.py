from sim.analysis.regression.cox import CoxFit, cox
from sim.analysis.regression.cox_rows import cox_of_runs
