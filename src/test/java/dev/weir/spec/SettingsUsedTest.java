package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A key that is read and checked, and that nothing follows, is a lie. */
class SettingsUsedTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.weir");

  /** What runs has these from the model, its reference and its monitors. */
  private static final Set<String> TOLD_ELSEWHERE =
      Set.of("DecisionSettings.delta", "DecisionSettings.modelId", "WindowSettings.minEvents");

  private static final Set<String> OF_EVERY_RECORD = Set.of("equals", "hashCode", "toString");

  @Test
  void everySettingOfAJobFile_isAskedForByWhatRuns() {
    Set<Class<?>> records = new LinkedHashSet<>();
    collect(JobSpec.class, records);
    assertThat(records).hasSizeGreaterThan(15);
    Set<String> unused = new TreeSet<>();
    for (Class<?> record : records) {
      for (RecordComponent component : record.getRecordComponents()) {
        if (!isAskedFor(record, component.getName())) {
          unused.add(record.getSimpleName() + "." + component.getName());
        }
      }
    }
    unused.removeAll(TOLD_ELSEWHERE);
    assertThat(unused).isEmpty();
  }

  /** Records of ours that a type is made of. */
  private static void collect(Type type, Set<Class<?>> records) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, records);
      }
    } else if (type instanceof Class<?> named
        && named.isRecord()
        && named.getName().startsWith("dev.weir.")
        && records.add(named)) {
      for (RecordComponent component : named.getRecordComponents()) {
        collect(component.getGenericType(), records);
      }
    }
  }

  /** Whether anything but the record itself asks for a component. */
  private static boolean isAskedFor(Class<?> record, String component) {
    JavaClass type = PRODUCT.get(record);
    JavaMethod accessor = type.getMethod(component);
    Stream<JavaClass> callers =
        Stream.of(
                accessor.getCallsOfSelf(),
                accessor.getReferencesToSelf(),
                type.getField(component).getAccessesToSelf())
            .flatMap(Set::stream)
            .map(JavaAccess::getOriginOwner);
    return callers.anyMatch(owner -> !owner.equals(type))
        || type.getMethods().stream()
            .filter(
                method ->
                    !method.getName().equals(component)
                        && !OF_EVERY_RECORD.contains(method.getName()))
            .anyMatch(method -> readsField(method, component));
  }

  /** A question about a record may be answered from several of its components. */
  private static boolean readsField(JavaMethod method, String component) {
    return method.getFieldAccesses().stream()
            .anyMatch(access -> access.getTarget().getName().equals(component))
        || method.getMethodCallsFromSelf().stream()
            .anyMatch(call -> call.getTarget().getName().equals(component));
  }
}
