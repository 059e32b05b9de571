# cmake --install: the program, its unit, an example configuration and completions, in Debian's locations.

install(TARGETS banto RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The unit contains the full path of the program, which depends on the prefix.
file(READ packaging/banto.service BANTO_UNIT)
string(REPLACE "/usr/bin/banto" "${CMAKE_INSTALL_FULL_BINDIR}/banto" BANTO_UNIT "${BANTO_UNIT}")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/packaging/banto.service CONTENT "${BANTO_UNIT}")
install(FILES ${CMAKE_BINARY_DIR}/packaging/banto.service DESTINATION lib/systemd/system)

# Not into /etc: an installation never touches an existing configuration.
install(FILES conf/example.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples RENAME banto.toml)
install(FILES README.md docs/config.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY packaging/grafana packaging/prometheus DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# The program prints its own completions, so it must be able to run on the building machine.
if(NOT CMAKE_CROSSCOMPILING)
  set(packaging ${CMAKE_BINARY_DIR}/packaging)
  foreach(shell bash zsh fish)
    install(CODE "execute_process(COMMAND \"$<TARGET_FILE:banto>\" completions ${shell}
      OUTPUT_FILE \"${packaging}/completions.${shell}\" COMMAND_ERROR_IS_FATAL ANY)")
  endforeach()
  # Debian packages use vendor-completions, local installations site-functions.
  set(zsh_dir site-functions)
  if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(zsh_dir vendor-completions)
  endif()
  install(FILES ${packaging}/completions.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME banto)
  install(FILES ${packaging}/completions.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh_dir} RENAME _banto)
  install(FILES ${packaging}/completions.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME banto.fish)
endif()
