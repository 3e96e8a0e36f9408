"""Works that a report cites, each stated once."""

from __future__ import annotations

from dataclasses import dataclass

from sim.publication.content import Link, Piece, Words


@dataclass(frozen=True)
class Work:
    """A publication: how it is cited in the text, in full, and its DOI if it has one."""

    short: str
    full: str
    doi: str = ""

    @property
    def cited(self) -> Piece:
        """The citation in the text, leading to the publication where that can be."""
        return Link(self.short, f"https://doi.org/{self.doi}") if self.doi else self.short

    @property
    def reference(self) -> Words:
        """The entry in the list of references."""
        if not self.doi:
            return (f"{self.full}.",)
        return (f"{self.full}. ", Link(f"doi:{self.doi}", f"https://doi.org/{self.doi}"), ".")


KAPLAN = Work(
    "Kaplan and Meier 1958",
    "Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. Journal of "
    "the American Statistical Association 53:457–481",
    "10.1080/01621459.1958.10501452",
)
AALEN = Work(
    "Aalen and Johansen 1978",
    "Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov chains "
    "based on censored observations. Scandinavian Journal of Statistics 5:141–150",
)
LANCASTER = Work(
    "Lancaster 1961",
    "Lancaster HO (1961). Significance tests in discrete distributions. Journal of the American "
    "Statistical Association 56:223–234",
)
BROOKMEYER = Work(
    "Brookmeyer and Crowley 1982",
    "Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time. "
    "Biometrics 38:29–41",
    "10.2307/2530286",
)
KARRISON = Work(
    "Karrison 1987",
    "Karrison T (1987). Restricted mean life with adjustment for covariates. Journal of the "
    "American Statistical Association 82:1169–1176",
)
ANDERSEN = Work(
    "Andersen 2013",
    "Andersen PK (2013). Decomposition of number of life years lost according to causes of death. "
    "Statistics in Medicine 32:5278–5285",
)
BONETT = Work(
    "Bonett and Price 2012",
    "Bonett DG, Price RM (2012). Adjusted Wald confidence interval for a difference of binomial "
    "proportions based on paired data. Journal of Educational and Behavioral Statistics 37:479–488",
    "10.3102/1076998611411915",
)
KALBFLEISCH = Work(
    "Kalbfleisch and Prentice 2002",
    "Kalbfleisch JD, Prentice RL (2002). The Statistical Analysis of Failure Time Data, second "
    "edition. Wiley",
    "10.1002/9781118032985",
)
MASSART = Work(
    "Massart 1990",
    "Massart P (1990). The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality. Annals of "
    "Probability 18:1269–1283",
    "10.1214/aop/1176990746",
)
PHILOX = Work(
    "Salmon et al. 2011",
    "Salmon JK, Moraes MA, Dror RO, Shaw DE (2011). Parallel random numbers: as easy as 1, 2, 3. "
    "Proceedings of SC11",
    "10.1145/2063384.2063405",
)
NUMBA = Work(
    "Lam et al. 2015",
    "Lam SK, Pitrou A, Seibert S (2015). Numba: a LLVM-based Python JIT compiler. Proceedings of "
    "the Second Workshop on the LLVM Compiler Infrastructure in HPC",
    "10.1145/2833157.2833162",
)
NUMPY = Work(
    "Harris et al. 2020",
    "Harris CR, Millman KJ, van der Walt SJ, et al. (2020). Array programming with NumPy. Nature "
    "585:357–362",
    "10.1038/s41586-020-2649-2",
)
MESA = Work(
    "ter Hoeven et al. 2025",
    "ter Hoeven E, Kwakkel J, Hess V, Pike T, Wang B, rht, Kazil J (2025). Mesa 3: agent-based "
    "modeling with Python in 2025. Journal of Open Source Software 10(107):7668",
    "10.21105/joss.07668",
)
WHITE = Work(
    "White et al. 2014",
    "White JW, Rassweiler A, Samhouri JF, Stier AC, White C (2014). Ecologists should not use "
    "statistical significance tests to interpret simulation model results. Oikos 123:385–388",
    "10.1111/j.1600-0706.2013.01073.x",
)
SHAPLEY = Work(
    "Shapley 1953",
    "Shapley LS (1953). A value for n-person games. In Kuhn HW, Tucker AW (eds), Contributions to "
    "the Theory of Games II, 307–317. Princeton University Press",
)
CASTRO = Work(
    "Castro et al. 2009",
    "Castro J, Gómez D, Tejada J (2009). Polynomial calculation of the Shapley value based on "
    "sampling. Computers & Operations Research 36:1726–1730",
    "10.1016/j.cor.2008.04.004",
)


def of_software(version: str) -> Work:
    """Return how truce-sim itself is cited; the words are those of CITATION.cff."""
    return Work(
        f"truce-sim {version}",
        f"The truce-sim contributors. truce-sim: a simulator of truce stability, version {version}",
    )
