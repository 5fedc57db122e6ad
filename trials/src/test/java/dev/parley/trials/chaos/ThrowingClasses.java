package dev.parley.trials.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Copies of compiled classes, each method of which calls {@link Thrower} first thing. */
final class ThrowingClasses {
  private static final ClassDesc THROWER = ClassDesc.of(Thrower.class.getName());
  private static final MethodTypeDesc AT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  private final Path into;
  private final List<String> methods = new ArrayList<>();

  /** {@code into}: the folder to put first on a class path. */
  ThrowingClasses(Path into) throws IOException {
    this.into = into;
    write(Thrower.class.getName(), bytes(Thrower.class.getName()));
  }

  /** Makes a copy of this class. */
  void add(String name) throws IOException {
    ClassFile files = ClassFile.of();
    ClassModel model = files.parse(bytes(name));
    byte[] made =
        files.transformClass(
            model,
            (builder, element) -> {
              if (element instanceof MethodModel method && isWrapped(method)) {
                String id =
                    name
                        + "."
                        + method.methodName().stringValue()
                        + method.methodType().stringValue();
                methods.add(id);
                builder.transformMethod(method, MethodTransform.transformingCode(call(id)));
              } else {
                builder.with(element);
              }
            });
    write(name, made);
  }

  /**
   * All but constructors, which nobody has anything of when they throw, what has no code, and what
   * makes an enumeration's constants: a class that cannot be initialized is none ever after.
   */
  private static boolean isWrapped(MethodModel method) {
    String name = method.methodName().stringValue();
    return method.code().isPresent() && !name.startsWith("<") && !name.equals("$values");
  }

  private static CodeTransform call(String id) {
    return CodeTransform.ofStateful(() ->
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder code) {
            code.loadConstant(id).invokestatic(THROWER, "at", AT);
          }

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
          }
        });
  }

  /** Every method that calls the thrower. */
  List<String> methods() {
    return List.copyOf(methods);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        ThrowingClasses.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new IOException("no class " + name);
      }
      return in.readAllBytes();
    }
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = into.resolve(name.replace('.', '/') + ".class");
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
