# What R's `survey` answers on samples that the shared oracles do not hold; `make oracles` runs it.
#
#   Rscript survey.R <folder>   draws visits.csv once, if it is not there, and writes answers.csv
#
# visits.csv   one row a visit: sample, stratum, cluster, unit, w, subgroup, use (0 or 1), score
# answers.csv  sample, measure_id, subgroup, stat, value
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)
folder <- commandArgs(trailingOnly = TRUE)[1]
visits_file <- file.path(folder, "visits.csv")

drawn <- function(sample, strata, clusters, p, seed) {
  set.seed(seed)
  rows <- list()
  for (h in seq_len(strata)) {
    # the last stratum of each sample has one cluster alone
    n_clusters <- if (h == strata && strata > 1) 1 else clusters
    for (k in seq_len(n_clusters)) {
      share <- if (p == 0) 0 else rbeta(1, 4 * p, 4 * (1 - p))
      weight <- round(runif(1, 1, 9), 2)
      for (unit in seq_len(sample.int(6, 1))) {
        subgroup <- if (unit == 1) "A" else sample(c("A", "B"), 1)
        for (visit in seq_len(sample.int(3, 1))) {
          rows[[length(rows) + 1]] <- data.frame(
            sample = sample, stratum = paste0("h", h), cluster = paste0("h", h, "c", k),
            unit = paste0("h", h, "c", k, "u", unit), w = weight, subgroup = subgroup,
            use = rbinom(1, 1, share), score = round(rnorm(1, 1.5 + share, 0.5), 2)
          )
        }
      }
    }
  }
  do.call(rbind, rows)
}

if (!file.exists(visits_file)) {
  write.csv(rbind(
    drawn("one_stratum", 1, 12, 0.7, 1),
    drawn("lone_cluster", 4, 5, 0.8, 2),
    drawn("few_clusters", 3, 3, 0.5, 3),
    drawn("nobody", 2, 8, 0, 4)
  ), visits_file, row.names = FALSE, quote = FALSE)
}

answers <- list()
add <- function(sample, measure, subgroup, stat, value) {
  answers[[length(answers) + 1]] <<- data.frame(
    sample = sample, measure_id = measure, subgroup = subgroup, stat = stat,
    value = format(as.numeric(value), digits = 17, trim = TRUE)
  )
}

# a unit seen several times is the mean of its visits
visits <- read.csv(visits_file)
units <- aggregate(cbind(use, score) ~ sample + stratum + cluster + unit + w + subgroup, visits, mean)

for (name in unique(units$sample)) {
  own <- units[units$sample == name, ]
  whole <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = own, nest = TRUE)
  for (measure in c("use", "score")) {
    formula <- as.formula(paste0("~", measure))
    for (part in c("all", "A", "B")) {
      domain <- if (part == "all") whole else subset(whole, subgroup == part)
      df <- degf(domain)
      mean <- svymean(formula, domain, deff = "replace")
      none_or_all <- measure == "use" && as.numeric(coef(mean)) %in% c(0, 1)
      add(name, measure, part, "estimate", coef(mean))
      add(name, measure, part, "std_error", SE(mean))
      add(name, measure, part, "df", df)
      if (none_or_all) {
        seen <- length(unique(domain$variables$cluster))
        exact <- binom.test(seen * as.numeric(coef(mean)), seen)$conf.int
        add(name, measure, part, "ci_low", exact[1])
        add(name, measure, part, "ci_high", exact[2])
      } else if (df > 0) {
        add(name, measure, part, "deff", deff(mean))
        interval <- if (measure == "use") {
          confint(svyciprop(formula, domain, method = "xlogit", df = df))
        } else {
          confint(mean, df = df)
        }
        add(name, measure, part, "ci_low", interval[1])
        add(name, measure, part, "ci_high", interval[2])
      }
    }
    both <- svyby(formula, ~subgroup, whole, svymean, covmat = TRUE)
    contrast <- svycontrast(both, c(A = 1, B = -1))
    df <- degf(whole)
    add(name, measure, "A_vs_B", "estimate", coef(contrast))
    add(name, measure, "A_vs_B", "std_error", SE(contrast))
    add(name, measure, "A_vs_B", "df", df)
    width <- qt(0.975, df) * as.numeric(SE(contrast))
    add(name, measure, "A_vs_B", "ci_low", as.numeric(coef(contrast)) - width)
    add(name, measure, "A_vs_B", "ci_high", as.numeric(coef(contrast)) + width)
  }
}
write.csv(do.call(rbind, answers), file.path(folder, "answers.csv"), row.names = FALSE, quote = FALSE)
cat(R.version.string, " survey ", as.character(packageVersion("survey")), "\n", sep = "")
