package dev.weir.spec;

import java.util.List;

/**
 * A job file that was accepted.
 *
 * @param spec the records
 * @param explanations every value with its origin
 * @param warnings what the user may not have meant, sorted by position
 */
public record LoadedJob(JobSpec spec, List<Explanation> explanations, List<Problem> warnings) {}
