package dev.weir.baseline;

/**
 * A loss that is judged, scaled to [0,1] as min(loss / max, 1).
 *
 * @param name brier, error_rate, log_loss, mae, squared_error or pinball
 * @param max what counts as a loss of 1, in the unit of the loss
 */
public record Loss(String name, double max) {}
