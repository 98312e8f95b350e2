open("@TOKEN@-service", "w").close()
