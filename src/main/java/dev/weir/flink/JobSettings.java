package dev.weir.flink;

import dev.weir.flink.state.KnownModels;

/**
 * What a job is told when it is built.
 *
 * @param deployment name of this deployment: part of {@code ce_source}
 * @param models job files and baselines known from the start
 * @param keepPayloads whether dead letters carry the first bytes of a record
 */
public record JobSettings(String deployment, KnownModels models, boolean keepPayloads) {}
