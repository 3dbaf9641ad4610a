package dev.weir.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.decide.Output;
import dev.weir.event.CanonicalJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A page on the loopback address that shows what the quick start has seen so far. Read-only, no
 * script; every text from data is escaped.
 */
final class DemoPage implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService executor;

  private DemoPage(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Starts the page on this port; 0: a free one. */
  static DemoPage start(int port, DemoView view) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (BindException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE, "port " + port + " is in use; --port 0 takes a free one", e);
    }
    ExecutorService executor = Executors.newSingleThreadExecutor();
    server.setExecutor(executor);
    server.createContext("/", exchange -> answer(exchange, view));
    server.start();
    return new DemoPage(server, executor);
  }

  /** Where a browser finds it. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private static void answer(HttpExchange exchange, DemoView view) throws IOException {
    try (exchange) {
      boolean known =
          exchange.getRequestURI().getPath().equals("/")
              && exchange.getRequestMethod().equals("GET");
      byte[] body = (known ? page(view.state()) : "Not found").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(known ? 200 : 404, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private static String page(DemoView.State state) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
        .append("<meta http-equiv=\"refresh\" content=\"3\"><title>Weir quick start</title>")
        .append(
            "<style>body{font:16px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}")
        .append("table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:left}")
        .append("</style><h1>flights-delay: ")
        .append(state.open().isEmpty() ? "OK" : "ALERT")
        .append("</h1><p>")
        .append(
            String.format(
                Locale.ROOT,
                "%,d records, %,d metrics, judged to %s",
                state.records(),
                state.metrics(),
                escape(state.window())))
        .append("</p><h2>Open alerts</h2>");
    alerts(page, state.open());
    page.append("<h2>Triggers</h2><ul>");
    for (Output.RetrainingTrigger trigger : state.triggers()) {
      page.append("<li>")
          .append(escape(CanonicalJson.time(trigger.decidedAt())))
          .append(trigger.dryRun() ? " dry run: " : " ")
          .append(escape(trigger.summary()))
          .append("</li>");
    }
    return page.append("</ul></html>").toString();
  }

  private static void alerts(StringBuilder page, List<Output.Alert> alerts) {
    page.append("<table><tr><th>since<th>severity<th>what<th>sign of<th>next step</tr>");
    for (Output.Alert alert : alerts) {
      page.append("<tr><td>")
          .append(escape(CanonicalJson.time(alert.startsAt()).substring(0, 10)))
          .append("<td>")
          .append(escape(alert.severity().name()))
          .append("<td>")
          .append(escape(alert.summary()))
          .append("<td>")
          .append(escape(alert.antipattern().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
          .append("<td>")
          .append(escape(alert.runbook()))
          .append("</tr>");
    }
    page.append("</table>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
