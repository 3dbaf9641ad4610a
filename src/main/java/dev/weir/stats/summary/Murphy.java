package dev.weir.stats.summary;

/**
 * The parts of the Brier score (Murphy 1973; Stephenson, Coelho and Jolliffe 2008): {@code brier =
 * reliability - resolution + uncertainty + withinBinVariance - withinBinCovariance}.
 *
 * @param reliability mean squared gap between score and rate; 0 is perfect
 * @param resolution mean squared distance of the bins' rates from the base rate; more is better
 * @param uncertainty variance of the labels
 * @param withinBinVariance variance of the scores inside the bins
 * @param withinBinCovariance twice the covariance of scores and labels inside the bins
 */
public record Murphy(
    Measured reliability,
    Measured resolution,
    Measured uncertainty,
    Measured withinBinVariance,
    Measured withinBinCovariance) {}
