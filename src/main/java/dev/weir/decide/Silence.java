package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;

/**
 * A wish to hear nothing for a while.
 *
 * @param objectId fingerprint, incident id, or {@code *} for matchers alone
 * @param matchers labels that must all have these values
 * @param until end of the silence
 */
record Silence(String objectId, SortedMap<String, String> matchers, long until) {
  /** Object of a silence by matchers. */
  static final String BY_MATCHERS = "*";

  boolean covers(String fingerprint, String incidentId, Map<String, String> labels) {
    return switch (objectId) {
      case BY_MATCHERS -> labels.entrySet().containsAll(matchers.entrySet());
      default -> objectId.equals(fingerprint) || objectId.equals(incidentId);
    };
  }

  void encode(DataOutput out) throws IOException {
    Fields.writeText(out, objectId);
    Fields.writeTexts(out, matchers);
    out.writeLong(until);
  }

  static Silence decode(DataInput in) throws IOException {
    return new Silence(Fields.readText(in), Fields.readTexts(in), in.readLong());
  }
}
