# Works out the headline numbers of the report again with R's package survival, and compares.
# Run it in the folder of the report: Rscript redo.R
# It reads life_table.csv (how many runs of each point ended in which way on which day), numbers.csv
# (the headline numbers) and, where the report compares points, pairs.csv (equal runs side by side).

suppressPackageStartupMessages(library(survival))

life_table <- read.csv("life_table.csv", stringsAsFactors = FALSE)
numbers <- read.csv("numbers.csv", stringsAsFactors = FALSE, na.strings = "")
pairs <- if (file.exists("pairs.csv")) read.csv("pairs.csv") else NULL
HOLDING <- "holding"

curve_of <- function(rows) {
  survfit(Surv(day, ending != HOLDING) ~ 1, data = rows, weights = runs)
}

survival_beyond <- function(rows, day) {
  summary(curve_of(rows), times = day, extend = TRUE)$surv
}

median_day <- function(rows) {
  curve <- curve_of(rows)
  over <- which(curve$surv <= 0.5 + 1e-12)
  if (length(over)) curve$time[over[1]] else NA
}

mean_within <- function(rows, day) {
  curve <- curve_of(rows)
  if (min(curve$time) >= day) return(c(mean = day, error = 0))  # nothing happens before
  found <- summary(curve, rmean = day)$table
  c(mean = found[["rmean"]], error = found[["se(rmean)"]])
}

share_ended <- function(rows, day, cause) {
  if (!any(rows$ending == cause)) return(0)
  rows$state <- factor(rows$ending, levels = unique(c(HOLDING, rows$ending)))
  shares <- survfit(Surv(day, state) ~ 1, data = rows, weights = runs, se.fit = FALSE)
  at_end <- summary(shares, times = day, extend = TRUE)
  at_end$pstate[, match(cause, at_end$states)]
}

differences <- function(point, baseline, day) {
  both <- pairs[pairs$point == point & pairs$baseline == baseline, ]
  difference <- pmin(both$days, day) - pmin(both$baseline_days, day)
  average <- mean(difference)
  c(mean = average, error = sqrt(mean((difference - average)^2) / length(difference)))
}

redone <- function(number) {
  rows <- life_table[life_table$point == number$point, ]
  switch(number$quantity,
    median_days = median_day(rows),
    mean_days = mean_within(rows, number$day)[["mean"]],
    mean_days_error = mean_within(rows, number$day)[["error"]],
    survival = survival_beyond(rows, number$day),
    share_ended = share_ended(rows, number$day, number$ending),
    mean_difference = differences(number$point, number$baseline, number$day)[["mean"]],
    mean_difference_error = differences(number$point, number$baseline, number$day)[["error"]]
  )
}

numbers$redone <- vapply(
  seq_len(nrow(numbers)), function(row) as.numeric(redone(numbers[row, ])), numeric(1)
)
numbers$equal <- with(numbers, ifelse(
  is.na(value) | is.na(redone), is.na(value) & is.na(redone),
  abs(value - redone) <= 1e-9 * pmax(1, abs(value))
))
print(numbers, digits = 8)
cat(sum(numbers$equal), "of", nrow(numbers), "headline numbers are the same\n")
if (!all(numbers$equal)) quit(status = 1)
