/**
 * What the job tells those who run it: one list of metrics, and how their series are registered
 * with Flink. May import Flink; nothing of Weir.
 */
@NullMarked
package dev.weir.flink.metric;

import org.jspecify.annotations.NullMarked;
