package dev.weir.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.SimpleChannelInboundHandler;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * A Flink inside this process answers questions over HTTP and does nothing else: no cancelling, no
 * savepoint, no upload, no shutdown, whoever asks.
 *
 * <p>Flink's own {@code web.cancel.enable=false} and {@code web.rescale.enable=false} only take the
 * buttons off the page; what they call stays open to everybody who reaches the port.
 */
public final class ReadOnlyRest implements InboundChannelHandlerFactory {
  /** Set by {@link Environments#local} alone: a cluster's operator needs what is refused here. */
  static final ConfigOption<Boolean> ENABLED =
      ConfigOptions.key("weir.rest.read-only")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether Flink's REST endpoint refuses everything that changes something.");

  /** Makes no handler yet; called by Flink. */
  public ReadOnlyRest() {}

  @Override
  public int priority() {
    return 1;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders) {
    return configuration.get(ENABLED) ? Optional.of(new Refusing()) : Optional.empty();
  }

  private static final class Refusing extends SimpleChannelInboundHandler<HttpRequest> {
    Refusing() {
      super(false); // What is passed on is released by whoever comes next.
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // whoever asked is gone then
    protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
      if (onlyReads(request)) {
        context.fireChannelRead(request);
        return;
      }
      ReferenceCountUtil.release(request);
      byte[] body = "{\"errors\":[\"This Flink only answers questions.\"]}".getBytes(UTF_8);
      FullHttpResponse answer =
          new DefaultFullHttpResponse(HTTP_1_1, METHOD_NOT_ALLOWED, Unpooled.wrappedBuffer(body));
      answer.headers().set(CONTENT_LENGTH, body.length);
      context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** There is one way to cancel a job with a GET, from the days of YARN's proxy. */
    private static boolean onlyReads(HttpRequest request) {
      String path = new QueryStringDecoder(request.uri()).path();
      return request.method().equals(HttpMethod.GET) && !path.endsWith("/yarn-cancel");
    }
  }
}
